// SPDX-License-Identifier: MIT
// For ImageJ: a folder with list.txt, a line "number width height" for each NUMBER_rois.zip. Each region is
// filled with its place in the list, and the picture saved as NUMBER.tif.
folder = getArgument();
lines = split(File.openAsString(folder + "list.txt"), "\n");
for (i = 0; i < lines.length; i++) {
  v = split(lines[i], " ");
  newImage("labels", "16-bit black", parseInt(v[1]), parseInt(v[2]), 1);
  roiManager("reset");
  roiManager("open", folder + v[0] + "_rois.zip");
  n = roiManager("count");
  for (k = 0; k < n; k++) {
    roiManager("select", k);
    setColor(k + 1);
    fill();
  }
  run("Select None");
  saveAs("Tiff", folder + v[0] + ".tif");
  close();
}
run("Quit");

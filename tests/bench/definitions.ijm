// SPDX-License-Identifier: MIT
// For ImageJ: LABELS.tif;IMAGE.tif;PLACES.txt;WIDTH;HEIGHT. Measures each label of PLACES, a line
// "label x y width height" each, with Analyze Particles in that block, and prints a line per particle.
args = split(getArgument(), ";");
scale = "unit=um pixel_width=" + args[3] + " pixel_height=" + args[4] + " voxel_depth=1";
open(args[1]);
run("Properties...", scale);
image = getTitle();
open(args[0]);
run("Properties...", scale);
run("Set Measurements...", "area mean standard min centroid perimeter fit shape feret's redirect=[" + image + "] decimal=9");
names = newArray("Area", "Perim.", "Major", "Minor", "Angle", "Circ.", "Feret", "FeretAngle", "MinFeret",
                 "AR", "Solidity", "X", "Y", "Mean", "StdDev", "Min", "Max");
lines = split(File.openAsString(args[2]), "\n");
setBatchMode(true);
for (i = 0; i < lines.length; i++) {
  v = split(lines[i], " ");
  setThreshold(parseInt(v[0]), parseInt(v[0]));
  makeRectangle(parseInt(v[1]), parseInt(v[2]), parseInt(v[3]), parseInt(v[4]));
  run("Analyze Particles...", "size=0-Infinity show=Nothing display clear");
  for (row = 0; row < nResults; row++) {
    text = "particle " + v[0];
    for (k = 0; k < names.length; k++)
      text = text + " " + d2s(getResult(names[k], row), -12);
    print(text);
  }
}
run("Quit");

// SPDX-License-Identifier: MIT
// For ImageJ: opens LABELS.tif;REGIONS.zip and tells what each region measures on the labels.
args = split(getArgument(), ";");
open(args[0]);
getMinAndMax(lo, hi);
print("size", getWidth(), getHeight(), bitDepth(), "range", lo, hi);
roiManager("reset");
roiManager("open", args[1]);
n = roiManager("count");
for (i = 0; i < n; i++) {
  roiManager("select", i);
  List.setMeasurements;
  getStatistics(area, mean, min, max);
  print("roi", Roi.getName, area, min, max);
}
run("Quit");

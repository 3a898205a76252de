export default {
  reading: {
    notes: "Footnotes", back: "Back to reference {n}",
    wrap: "Wrap long lines", unwrap: "Do not wrap lines", fold: "Fold", showAll: "Show all", unfold: "Show all {n} lines", download: "Download",
    code: "Code", diagram: "Diagram", diagramOf: "Diagram: {kind}", enlarge: "Enlarge", zoom: "Zoom", larger: "Larger", smaller: "Smaller", diagramSlow: "The diagram took too long to draw. Here is its source.", diagramWrong: "The diagram has a mistake, so its source is shown.",
    diagramAway: "The diagram could not be loaded. Here is its source.",
    picture: "Picture from {host}", pictureFailed: "The picture from {host} could not be loaded.", pictureOpen: "Open in a new tab", pictureHide: "Hide the picture", drawing: "Drawing…", loading: "Loading…",
  },
};

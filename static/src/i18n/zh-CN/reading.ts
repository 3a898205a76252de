export default {
  reading: {
    notes: "脚注", back: "回到引用 {n}",
    wrap: "自动换行", unwrap: "不换行", fold: "收起", showAll: "展开全部", unfold: "展开全部 {n} 行", download: "下载",
    code: "代码", diagram: "图表", diagramOf: "图表：{kind}", enlarge: "放大查看", zoom: "缩放", larger: "放大", smaller: "缩小", diagramSlow: "图表绘制超时，以下是它的源代码。", diagramWrong: "图表的语法有误，以下是它的源代码。",
    diagramAway: "图表组件加载失败，以下是它的源代码。",
    picture: "来自 {host} 的图片", pictureFailed: "来自 {host} 的图片加载失败。", pictureOpen: "在新标签页中打开", pictureHide: "收起图片", drawing: "正在绘制……", loading: "正在加载……",
  },
};

export default {
  models: {
    search: "搜索模型", noMatch: "没有匹配的模型。", none: "尚未配置模型，请联系管理员添加。", setUp: "前往管理后台配置模型",
    favourites: "收藏", favourite: "收藏“{name}”", context: "上下文 {size}", standard: "新对话将使用你最近选择的模型：{name}。",
  },
};

export default {
  roles: {
    title: "角色", search: "搜索角色", new: "新建角色", edit: "编辑角色", mine: "我的角色", shared: "公共角色", nothing: "没有匹配的角色。",
    editOne: "编辑“{name}”", copyOne: "复制“{name}”", deleteOne: "删除“{name}”", deleted: "已删除角色“{name}”。", noPrompt: "尚未填写设定。",
    emoji: "表情", name: "名称", description: "用途说明", prompt: "角色设定", promptHint: "说明模型扮演谁、如何回答。只有你能看到。",
    promptOfShared: "公共角色的设定不会显示，请在此填写你自己的设定。",
    welcome: "新对话的欢迎语", suggestions: "建议问题", suggestionsHint: "每行一条，最多六条，显示在新对话中供快速开始。",
    model: "模型", anyModel: "不限，使用当前所选", temperature: "温度", ofTheModel: "模型默认", temperatureHint: "0 更稳妥，2 更有创意。",
  },
};

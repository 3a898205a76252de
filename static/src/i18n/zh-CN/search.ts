export default {
  search: {
    title: "搜索对话", placeholder: "搜索标题、消息和附件", recent: "最近的对话", commands: "操作", exportAll: "导出对话",
    found: "找到 {n} 个对话", foundAtMost: "最多 {n} 个对话", nothing: "没有找到相关内容。", hint: "可以试试更少、更短的词。加双引号查找整句，在词前加“-”排除该词。",
    widen: "去掉筛选再搜", narrow: "缩小搜索范围", any: "不限", anyTime: "不限时间", model: "模型", role: "角色", folder: "文件夹", noFolder: "未归入文件夹",
    archived: "已归档", keyMove: "移动", keyOpen: "打开", keyTab: "新标签页", gone: "这条消息已不存在。",
  },
};

export default {
  import: {
    title: "导入对话", about: "选择其他程序导出的原始文件（JSON 或 ZIP）。先让你看到里面有什么，再决定是否导入。",
    choose: "选择文件……", another: "换一个文件……", drop: "或拖到这里", limit: "最大 {size}，更大的文件可请管理员导入。",
    checking: "正在读取文件……", importing: "正在导入……", tooLarge: "这个文件有 {size}，这里最多导入 {limit}。更大的文件可请管理员导入。",
    ready: "没有可导入的对话 | 可导入 1 个对话 | 可导入 {n} 个对话",
    imported: "没有导入对话 | 已导入 1 个对话 | 已导入 {n} 个对话",
    already: "1 个已存在 | 1 个已存在 | {n} 个已存在",
    leftOut: "略过 1 项 | 略过 1 项 | 略过 {n} 项",
    go: "导入", undo: "撤销", undone: "没有移除对话。 | 已移除 1 个对话。 | 已移除 {n} 个对话。",
    kept: "保留 1 个 | 保留 1 个：导入后又继续聊过。 | 保留 {n} 个：导入后又继续聊过。",
    items: "文件内容", more: "还有 {n} 项", untitled: "未命名", attachments: "缺 1 个附件 | 缺 1 个附件 | 缺 {n} 个附件",
    past: "以往的导入", taken: "已撤销",
    outcomes: { ready: "将导入", imported: "已导入", already: "已存在", left_out: "略过" },
    formats: { chatgpt: "ChatGPT", claude: "Claude", open_webui: "Open WebUI", librechat: "LibreChat", aihelper: "AI Helper" },
  },
};

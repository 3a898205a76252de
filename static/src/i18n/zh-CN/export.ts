export default {
  export: {
    one: "导出这个对话", some: "导出 {n} 个对话", all: "导出全部对话", format: "格式",
    markdown: "Markdown", markdownAbout: "当前显示的对话内容，适合做笔记或导入其他程序。",
    text: "纯文本", textAbout: "同样的内容存为 .txt 文件，不含思考过程。",
    html: "网页（HTML）", htmlAbout: "单个文件，无需联网，随处可读、可打印。",
    json: "JSON（含全部分支）", jsonAbout: "包含所有版本和附件的完整数据，适合备份和迁移。",
    pdf: "PDF", pdfAbout: "打开浏览器的打印窗口，选择“另存为 PDF”即可。",
    download: "下载", print: "打印", copy: "复制为 Markdown", copied: "已复制为 Markdown。",
    preparing: "正在准备……", coming: "已接收 {size}……", done: "完成，共 {size}。",
  },
};

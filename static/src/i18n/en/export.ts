export default {
  export: {
    one: "Export this chat", some: "Export {n} chat | Export {n} chats", all: "Export all chats", format: "Format",
    markdown: "Markdown", markdownAbout: "The conversation as it is on show, for notes and other programs.",
    text: "Plain text", textAbout: "The same words in a .txt file, without thoughts.",
    html: "Web page (HTML)", htmlAbout: "One file to read or print anywhere, without a connection.",
    json: "JSON with all branches", jsonAbout: "Everything, with all versions and attachments: for keeping and moving.",
    pdf: "PDF", pdfAbout: "Opens the print dialog of the browser; choose “Save as PDF” there.",
    download: "Download", print: "Print", copy: "Copy as Markdown", copied: "Copied as Markdown.",
    preparing: "Preparing…", coming: "{size} received…", done: "Done: {size}.",
  },
};

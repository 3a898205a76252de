export default {
  import: {
    title: "Import chats", about: "The export of another program as it was downloaded: JSON or ZIP. Nothing is imported before you have seen what is in it.",
    choose: "Choose a file…", another: "Another file…", drop: "or drop it here", limit: "Up to {size}. An administrator can import larger files.",
    checking: "Reading the file…", importing: "Importing…", tooLarge: "This file has {size}; at most {limit} can be imported here. An administrator can import larger ones.",
    ready: "Nothing to import | One chat to import | {n} chats to import",
    imported: "No chat imported | One chat imported | {n} chats imported",
    already: "one is here already | one is here already | {n} are here already",
    leftOut: "one left out | one left out | {n} left out",
    go: "Import", undo: "Undo", undone: "No chat was removed. | One chat was removed. | {n} chats were removed.",
    kept: "one was kept | One was kept: you have gone on with it. | {n} were kept: you have gone on with them.",
    items: "What was found", more: "and {n} more", untitled: "Untitled", attachments: "one attachment | without one attachment | without {n} attachments",
    past: "Earlier imports", taken: "taken back",
    outcomes: { ready: "Will be imported", imported: "Imported", already: "Here already", left_out: "Left out" },
    formats: { chatgpt: "ChatGPT", claude: "Claude", open_webui: "Open WebUI", librechat: "LibreChat", aihelper: "AI Helper" },
  },
};

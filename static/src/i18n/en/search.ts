export default {
  search: {
    title: "Search chats", placeholder: "Search titles, messages, files", recent: "Recent chats", commands: "Commands", exportAll: "Export chats",
    found: "{n} chat found | {n} chats found", foundAtMost: "At most {n} chat | At most {n} chats", nothing: "Nothing was found.", hint: "Try fewer or shorter words. “Quotes” look for a phrase, -word leaves a word out.",
    widen: "Search without filters", narrow: "Narrow the search", any: "Any", anyTime: "Any time", model: "Model", role: "Role", folder: "Folder", noFolder: "In no folder",
    archived: "Archived", keyMove: "move", keyOpen: "open", keyTab: "new tab", gone: "This message no longer exists.",
  },
};

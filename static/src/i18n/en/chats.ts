export default {
  chats: {
    rename: "Rename", pin: "Pin", unpin: "Unpin", move: "Move to folder…", archive: "Archive", unarchive: "Take out of the archive", share: "Share…", export: "Export…",
    select: "Select", delete: "Delete", restore: "Restore", purge: "Delete for good",
    selectMany: "Select chats", newFolder: "New folder", archiveView: "Archive", trashView: "Trash",
    selection: "Selected chats", selected: "Nothing selected | One selected | {n} selected", selectAll: "All", endSelection: "End the selection",
    searchTitles: "Search titles", noMatch: "No title matches.", empty: "Empty",
    archiveEmpty: "Nothing here yet. Archive a chat from its menu to keep it out of the way.",
    trashEmpty: "The trash is empty. What you delete waits here, so that you can bring it back.",
    stays: "Deleted for good after one day. | Deleted for good after {n} days.", staysForEver: "Stays until you empty the trash.",
    purgeText: "This chat and its messages will be gone, and links to it stop working. This cannot be taken back. | {n} chats and their messages will be gone, and links to them stop working. This cannot be taken back.",
    emptyTitle: "Empty the trash?",
    emptyText: "Everything in the trash will be gone, and links to it stop working. This cannot be taken back.",
    moveTitle: "Move to folder", noFolder: "No folder", newFolderHere: "New folder…",
    folderName: "Name", emoji: "Symbol", noEmoji: "No symbol", ownEmoji: "Your own emoji",
    newInside: "New chat in it", editFolder: "Edit folder", up: "Move up", down: "Move down", deleteFolder: "Delete folder",
    deleteFolderText: "“{name}” will be deleted. The chats in it stay.",
    done: {
      delete: "“{title}” is in the trash. | {n} chats are in the trash.", archive: "“{title}” is in the archive. | {n} chats are in the archive.",
      unarchive: "“{title}” is back in the list. | {n} chats are back in the list.", restore: "“{title}” is back. | {n} chats are back.",
      move: "“{title}” is now in “{folder}”. | {n} chats are now in “{folder}”.", out: "“{title}” is in no folder now. | {n} chats are in no folder now.",
    },
  },
};

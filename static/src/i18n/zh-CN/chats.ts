export default {
  chats: {
    rename: "重命名", pin: "置顶", unpin: "取消置顶", move: "移到文件夹", archive: "归档", unarchive: "移出归档", share: "分享", export: "导出",
    select: "选择", delete: "删除", restore: "恢复", purge: "彻底删除",
    selectMany: "选择多个对话", newFolder: "新建文件夹", archiveView: "归档", trashView: "回收站",
    selection: "已选对话", selected: "未选择 | 已选 1 个 | 已选 {n} 个", selectAll: "全选", endSelection: "退出选择",
    searchTitles: "搜索标题", noMatch: "没有匹配的标题。", empty: "清空",
    archiveEmpty: "这里还没有对话。在对话菜单中选择“归档”，就能把它收到这里。",
    trashEmpty: "回收站是空的。删除的对话会先放在这里，随时可以恢复。",
    stays: "1 天后彻底删除。 | {n} 天后彻底删除。", staysForEver: "清空回收站之前会一直保留。",
    purgeText: "这个对话及其消息将被彻底删除，分享链接随之失效，且无法恢复。 | {n} 个对话及其消息将被彻底删除，分享链接随之失效，且无法恢复。",
    emptyTitle: "清空回收站？",
    emptyText: "回收站里的所有内容将被彻底删除，分享链接随之失效，且无法恢复。",
    moveTitle: "移到文件夹", noFolder: "不放入文件夹", newFolderHere: "新建文件夹",
    folderName: "名称", emoji: "图标", noEmoji: "不用图标", ownEmoji: "自选表情",
    newInside: "在此新建对话", editFolder: "编辑文件夹", up: "上移", down: "下移", deleteFolder: "删除文件夹",
    deleteFolderText: "将删除文件夹“{name}”，其中的对话会保留。",
    done: {
      delete: "“{title}”已移到回收站。 | {n} 个对话已移到回收站。", archive: "“{title}”已归档。 | {n} 个对话已归档。",
      unarchive: "“{title}”已移出归档。 | {n} 个对话已移出归档。", restore: "“{title}”已恢复。 | {n} 个对话已恢复。",
      move: "“{title}”已移到“{folder}”。 | {n} 个对话已移到“{folder}”。", out: "“{title}”已移出文件夹。 | {n} 个对话已移出文件夹。",
    },
  },
};

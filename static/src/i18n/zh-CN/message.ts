export default {
  message: {
    copyMarkdown: "复制为 Markdown", copyText: "复制为纯文本", readAloud: "朗读", stopReading: "停止朗读", regenerate: "重新生成", regenerateWith: "换个模型重新生成", continue: "继续", edit: "编辑", send: "发送", more: "更多操作",
    without: "去掉“{name}”", editHint: "Ctrl + Enter 发送，Esc 取消。原来的版本会保留。", answer: "生成回答",
    previous: "上一个版本", next: "下一个版本", version: "{n}/{total}", versionLabel: "第 {n} 个版本，共 {total} 个",
    branch: "从这里开新对话", branched: "这是从那里接着聊的新对话。", branchBack: "回到原对话",
    delete: "删除", deletedQuestion: "已删除这个问题和它的回答。", deletedAnswer: "已删除这条回答。",
    details: "详细信息", good: "回答得好", bad: "回答得不好", stopThis: "停止这个回答",
    end: {
      sendAnyway: "仍然发送", changeModel: "更换模型", failed: "回答失败。", interrupted: "回答中断了，已收到的内容都保留着。", stopped: "你停止了这次回答。",
      cut: "回答达到了长度上限。", filtered: "模型服务商因内容规则结束了这次回答。", empty: "模型没有返回任何文字。",
    },
    models: { search: "搜索模型", none: "没有匹配的模型。", same: "同一模型", compare: "与其他模型对比……", compareHint: "两个模型同时回答，并排显示。", retry: "换个模型再试" },
    rating: {
      title: "你的评价", what: "哪里不好？", whatGood: "哪里好？", inaccurate: "内容有误", not_helpful: "没有帮助", length: "太长或太短", instructions: "没有按要求回答",
      unsafe: "冒犯或不安全", other: "其他", comment: "补充说明（可选）", left: "还可输入 {n} 个字符", save: "保存", saved: "谢谢你的评价。", remove: "撤销评价",
      who: "管理员能看到评价、原因和说明，看不到对话内容。",
    },
    facts: {
      title: "回答的详细信息", model: "模型", provider: "服务商", time: "时间", duration: "用时", firstToken: "首字延迟", speed: "速度", promptTokens: "输入词元", completionTokens: "输出词元",
      cost: "费用", free: "未设置价格", end: "结束原因", generation: "生成编号", copy: "全部复制", seconds: "{n} 秒", ms: "{n} 毫秒", perSecond: "每秒 {n} 个词元", unknown: "未知",
      finish: { stop: "模型自行结束", length: "达到长度上限", content_filter: "服务商的内容规则", stopped: "你停止了它", error: "出错", interrupted: "中断", tool_calls: "工具调用" },
      asked: "第 {n} 次请求", try: "{who}：{what}", tryTimed: "{who}：{what}，{time}",
      tries: {
        served: "已作答", overtaken: "迟迟没有响应，被其他服务商抢先", not_needed: "同时请求，未采用", cooling_down: "未请求：密钥冷却中", circuit_open: "未请求：近期失败过多",
        rate_limited: "请求过多", authentication_failed: "拒绝了密钥", context_too_long: "对话过长", upstream_model_not_found: "没有这个模型", content_refused: "拒绝了内容",
        upstream_timeout: "超时", upstream_unavailable: "无法连接", bad_response: "回应无法识别", address_refused: "地址不被允许",
      },
    },
    compare: {
      label: "两个回答并排对比", choose: "采用这个回答", here: "下一条消息会接在这里", with: "正与 {model} 对比", next: "下一个问题也会发给 {model}。", drop: "不再对比", column: "{model} 的回答",
    },
  },
};

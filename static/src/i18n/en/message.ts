export default {
  message: {
    copyMarkdown: "Copy as Markdown", copyText: "Copy as plain text", readAloud: "Read aloud", stopReading: "Stop reading", regenerate: "Regenerate", regenerateWith: "Regenerate with another model", continue: "Continue", edit: "Edit", send: "Send", more: "More actions",
    without: "Without “{name}”", editHint: "Ctrl + Enter sends, Esc cancels. The first version is kept.", answer: "Get an answer",
    previous: "Previous version", next: "Next version", version: "{n}/{total}", versionLabel: "Version {n} of {total}",
    branch: "Branch from here", branched: "This is a new chat that goes on from there.", branchBack: "Back to the first one",
    delete: "Delete", deletedQuestion: "The question and its answers were deleted.", deletedAnswer: "The answer was deleted.",
    details: "Details", good: "Good answer", bad: "Bad answer", stopThis: "Stop this answer",
    end: {
      sendAnyway: "Send anyway", changeModel: "Change model", failed: "The answer failed.", interrupted: "The answer was interrupted. What had arrived is kept.", stopped: "You stopped this answer.",
      cut: "The answer reached its length limit.", filtered: "The provider ended this answer because of its content rules.", empty: "The model sent no text.",
    },
    models: { search: "Search models", none: "No model matches.", same: "Same model", compare: "Compare with…", compareHint: "Both answer at once, side by side.", retry: "Try with another model" },
    rating: {
      title: "Your rating", what: "What was wrong?", whatGood: "What was good?", inaccurate: "Not correct", not_helpful: "Not helpful", length: "Too long or too short", instructions: "Did not follow instructions",
      unsafe: "Offensive or unsafe", other: "Something else", comment: "Comment (optional)", left: "{n} characters left", save: "Save", saved: "Thank you.", remove: "Remove rating",
      who: "Administrators see your rating, reason and comment, not the chat.",
    },
    facts: {
      title: "Details of the answer", model: "Model", provider: "Served by", time: "Time", duration: "Duration", firstToken: "First token after", speed: "Speed", promptTokens: "Tokens in", completionTokens: "Tokens out",
      cost: "Cost", free: "No price is set", end: "Ended by", generation: "Generation", copy: "Copy all", seconds: "{n} s", ms: "{n} ms", perSecond: "{n} tokens/s", unknown: "Not known",
      finish: { stop: "The model", length: "Its length limit", content_filter: "The provider’s content rules", stopped: "You", error: "An error", interrupted: "An interruption", tool_calls: "A tool call" },
      asked: "Asked {n}", try: "{who}: {what}", tryTimed: "{who}: {what}, {time}",
      tries: {
        served: "answered", overtaken: "silent for too long, overtaken", not_needed: "asked as well, not needed", cooling_down: "not asked, its key pauses", circuit_open: "not asked, failed too often just now",
        rate_limited: "too many requests", authentication_failed: "refused the key", context_too_long: "conversation too long", upstream_model_not_found: "does not know the model", content_refused: "refused the content",
        upstream_timeout: "too late", upstream_unavailable: "not reachable", bad_response: "unreadable answer", address_refused: "address not allowed",
      },
    },
    compare: {
      label: "Two answers side by side", choose: "Continue with this one", here: "The next message goes on here", with: "Compared with {model}", next: "The next question also goes to {model}.", drop: "Do not compare", column: "Answer by {model}",
    },
  },
};

import type MarkdownIt from "markdown-it";

export type Markdown = InstanceType<typeof MarkdownIt>;
export type InlineRule = Parameters<Markdown["inline"]["ruler"]["push"]>[1];
export type BlockRule = Parameters<Markdown["block"]["ruler"]["push"]>[1];

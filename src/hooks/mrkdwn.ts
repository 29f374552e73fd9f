/** Returns a text of Slack's mrkdwn as the Markdown that the element shows. */
export const markdownOf = (text: string): string => text

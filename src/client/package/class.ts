import { ParlourRoom as RoomElement } from '../element/parlour-room.ts'
import type { ParlourRoomElement } from './room-element.ts'

export type * from './room-element.ts'

/**
 * `<parlour-room name="lobby">`: a chatroom to put into a page.
 *
 * @tagname parlour-room
 *
 * @attr {string} name - The room. Without it, the room is named after the path of the page.
 * @attr {string} server - The URL of the API. Without it, the element of a `<script>` uses the server that the script came from.
 * @attr {string} heading - The title above the messages, in place of the room's.
 * @attr {'light' | 'dark' | 'auto'} theme - The colours. Without it, they follow the `color-scheme` of the page.
 * @attr {string} reactions - The reactions that are offered at once, at most six, with spaces between them.
 * @attr {'mentions' | 'all' | 'none'} notify - The messages of which a reader who allows it is notified. Without it, none.
 * @attr {string} push-worker - The site's copy of `parlour-push.js`, the service worker for Web Push. Without it, there is none.
 * @attr {'on' | 'off'} title-count - Counts unread messages in the page's title. Without it, that is on where `notify` is set.
 * @attr {string} lang - The language. Without it, it is that of the page around the element.
 * @attr {string} dir - The direction of the text. Without it, it is that of the page around the element.
 *
 * @prop {Parlour | undefined} client - A client of the site's own, such as one that is signed in by the site's login.
 * @prop {Partial<Translations> | undefined} strings - Texts that replace those of the language.
 *
 * @event {CustomEvent<ParlourMessageDetail>} parlour-message - A message has arrived.
 * @event {CustomEvent<ParlourUnreadDetail>} parlour-unread - The number of unread messages has changed.
 * @event {CustomEvent<ParlourIdentityDetail>} parlour-identity - Another reader is signed in, or nobody any more.
 * @event {CustomEvent<ParlourErrorDetail>} parlour-error - The reader is shown an error.
 *
 * @slot - Not shown. It is for a `<noscript>` with a link to the archive of the room.
 *
 * @cssproperty --parlour-accent - The colour of buttons and links.
 * @cssproperty --parlour-on-accent - The colour of text on the accent.
 * @cssproperty --parlour-text - The colour of text.
 * @cssproperty --parlour-faint - The colour of text that matters less.
 * @cssproperty --parlour-background - The colour behind everything.
 * @cssproperty --parlour-raised - The colour behind what stands out.
 * @cssproperty --parlour-line - The colour of lines.
 * @cssproperty --parlour-edge - The colour of the edges of fields.
 * @cssproperty --parlour-error - The colour of text about what went wrong.
 * @cssproperty --parlour-radius - The radius of the corners.
 * @cssproperty --parlour-font - The font.
 *
 * @csspart room - All of the element.
 * @csspart header - The line at the top.
 * @csspart title - The title of the room.
 * @csspart topic - The topic of the room.
 * @csspart status - The state of the connection.
 * @csspart people-button - Says how many people are here, and opens the list of them.
 * @csspart people - The people who are here.
 * @csspart search-button - Opens the search.
 * @csspart mentions-button - Opens the messages that mention the reader.
 * @csspart held-button - Opens the messages that wait for approval.
 * @csspart notify-button - Opens the menu for notifications.
 * @csspart notify - The menu for notifications.
 * @csspart notify-sound - Switches the sound on and off.
 * @csspart notify-desktop - Switches the notifications of the system on and off.
 * @csspart notify-push - Switches Web Push on and off.
 * @csspart badge - The number beside a button of the header.
 * @csspart notice - News about a report of the reader.
 * @csspart notice-close - Closes the news.
 *
 * @csspart pins - The bar of pinned messages.
 * @csspart pins-button - Opens the list of pinned messages.
 * @csspart pin - A pinned message.
 * @csspart unpin - Unpins a message.
 *
 * @csspart log - The list of messages.
 * @csspart older - Says that older messages are on their way.
 * @csspart empty - Says that there are no messages yet.
 * @csspart day - The line with the day of the messages below it.
 * @csspart marker - The line above the first new message.
 * @csspart new-messages - Goes to the new messages.
 * @csspart latest - Goes to the newest messages.
 * @csspart message - A message.
 * @csspart own - A message of the reader's.
 * @csspart mentioned - A message that mentions the reader.
 * @csspart pending - A message that is on its way.
 * @csspart held - A message that waits for approval. Also the list of them, for moderators.
 * @csspart failed - A message that was not sent.
 * @csspart author - The author of a message.
 * @csspart bot - Says that a message came by an incoming webhook.
 * @csspart time - The time of a message.
 * @csspart text - The text of a message.
 * @csspart mention - A mention in a text.
 * @csspart files - The files of a message.
 * @csspart image - An image, which opens the viewer.
 * @csspart audio - A sound, with its player.
 * @csspart file - The link to any other file.
 * @csspart progress - How much of a file is uploaded.
 * @csspart cancel-upload - Calls back a message whose files are being uploaded.
 * @csspart quote - The quote of the message that is replied to.
 * @csspart reactions - The reactions to a message.
 * @csspart reaction - A reaction.
 * @csspart tools - The buttons of a message.
 * @csspart tool - A button of a message.
 * @csspart mend - Takes a message that was not sent back into the text field.
 * @csspart discard - Discards a message that was not sent.
 * @csspart reaction-menu - The reactions that are offered.
 * @csspart quick-reaction - A reaction that is offered.
 * @csspart more-reactions - Opens all emoji.
 * @csspart emoji-picker - The list of all emoji.
 * @csspart ask - A form about a message.
 * @csspart link - The field with the link to a message.
 * @csspart copied - Says that a link was copied.
 * @csspart sanctioned - Says that somebody was banned or muted.
 * @csspart undo - Undoes a ban or a mute.
 *
 * @csspart jumps - The bar that is shown after a jump to a message.
 * @csspart back - Goes back to the reply.
 *
 * @csspart composer - The form for a message.
 * @csspart replying - The quote above the text field while a reply is written.
 * @csspart cancel-reply - Gives the reply up.
 * @csspart input - The text field.
 * @csspart send - Sends the message.
 * @csspart counter - The number of characters that are left.
 * @csspart preview-button - Opens the preview.
 * @csspart preview - The preview of a message.
 * @csspart suggestions - The emoji or names that are offered while the reader types.
 * @csspart typing - The names of those who type.
 * @csspart attach - Chooses files.
 * @csspart photo - Takes a photo, on phones.
 * @csspart attachments - The files of the message that is being written.
 * @csspart attachment - One of them.
 * @csspart description - The field for the description of a file.
 * @csspart original - Sends an image as it is, not scaled down.
 * @csspart detach - Removes a file from the message.
 * @csspart drop-target - Shows that files can be dropped on the room.
 *
 * @csspart viewer - The viewer of images.
 * @csspart previous - Goes to the image before.
 * @csspart next - Goes to the next image.
 * @csspart zoom-in - Enlarges the image.
 * @csspart zoom-out - Makes the image smaller.
 * @csspart download - Saves the image.
 * @csspart viewer-close - Closes the viewer.
 *
 * @csspart me - The line with the name of the reader.
 * @csspart name-change - Changes the name.
 * @csspart token-show - Shows the token of the name.
 * @csspart name-forget - Forgets the name.
 * @csspart name-form - The form for a name.
 * @csspart name - The field for a name or a token.
 * @csspart name-send - Saves the name.
 * @csspart name-existing - Uses the name of somebody who is known already.
 * @csspart token-enter - Asks for a token.
 * @csspart token - The field that shows the token.
 * @csspart forget-confirm - Confirms that the name is forgotten.
 * @csspart challenge - The check that the reader is a person.
 *
 * @csspart search - The search.
 * @csspart search-input - The field of the search.
 * @csspart search-on - Goes on with older messages.
 * @csspart results - The messages that were found.
 * @csspart result - A message that was found.
 * @csspart mentions - The messages that mention the reader.
 * @csspart profile - The profile of a person.
 * @csspart profile-name - The name in a profile.
 * @csspart profile-input - The field for a new name or picture.
 * @csspart member-since - Says since when the person is a member.
 * @csspart rename - Asks for a new name.
 * @csspart picture - Asks for a picture.
 * @csspart mention-button - Mentions the person in the text field.
 * @csspart approve - Approves a message.
 * @csspart refuse - Refuses a message.
 * @csspart approve-all - Approves all messages of an author.
 * @csspart refuse-all - Refuses all messages of an author.
 * @csspart ban - Bans the author.
 * @csspart edits - Goes to the message that the waiting edit changes.
 *
 * @csspart close - Closes a panel.
 * @csspart cancel - Cancels a form.
 * @csspart retry - Tries again what has failed.
 * @csspart load-again - Loads a part of the element again.
 * @csspart error - Says what went wrong.
 * @csspart announcer - Hidden. What screen readers read out.
 */
export const ParlourRoom: {
  new (): ParlourRoomElement
  readonly prototype: ParlourRoomElement
  readonly observedAttributes: readonly string[]
} = RoomElement

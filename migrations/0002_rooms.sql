ALTER TABLE `members` ADD `role` text DEFAULT 'member' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `topic` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `readers` text DEFAULT 'anyone' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `posters` text DEFAULT 'anyone' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `slow_mode_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `archived` integer DEFAULT false NOT NULL;
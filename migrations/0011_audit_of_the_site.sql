ALTER TABLE `rooms` ADD `newcomer_mention_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `newcomer_reaction_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sanctions` ADD `network` text;--> statement-breakpoint
ALTER TABLE `sanctions` ADD `network_until` integer;--> statement-breakpoint
CREATE INDEX `sanctions_network` ON `sanctions` (`room_id`,`network`) WHERE network is not null;--> statement-breakpoint
CREATE INDEX `sanctions_network_until` ON `sanctions` (`network_until`) WHERE network_until is not null;--> statement-breakpoint
ALTER TABLE `site_settings` ADD `newcomer_mention_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `site_settings` ADD `newcomer_reaction_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `audit_time` ON `audit` (`created_at`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor_id`,`created_at`) WHERE actor_id is not null;
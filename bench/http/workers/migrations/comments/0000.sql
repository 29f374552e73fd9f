create table comments (id integer primary key autoincrement, post_slug text not null, author text not null, body text not null, created_at integer not null);
--> statement-breakpoint
create index comments_post on comments (post_slug, id);

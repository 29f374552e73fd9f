create table users (id integer primary key, name text not null unique);
--> statement-breakpoint
create table rooms (id integer primary key, name text not null unique);
--> statement-breakpoint
create table members (
  room_id integer not null, user_id integer not null, joined_at integer not null, primary key (room_id, user_id)
) without rowid;
--> statement-breakpoint
create table messages (
  id integer primary key, room_id integer not null, user_id integer not null, text text not null, created_at integer not null,
  edited_at integer
);
--> statement-breakpoint
create index messages_room on messages (room_id, id);

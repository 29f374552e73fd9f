create table access_tokens (token_hash text primary key, user_id text not null);
--> statement-breakpoint
create table events (
  event_id text primary key, room_id text not null, sender text not null, event_type text not null, state_key text, content text not null,
  origin_server_ts integer not null, depth integer not null, auth_events text not null, prev_events text not null,
  stream_ordering integer not null unique
);
--> statement-breakpoint
create index events_room on events (room_id, stream_ordering);
--> statement-breakpoint
create table room_state (
  room_id text not null, event_type text not null, state_key text not null, event_id text not null,
  primary key (room_id, event_type, state_key)
);
--> statement-breakpoint
create table room_memberships (
  room_id text not null, user_id text not null, membership text not null, event_id text not null, primary key (room_id, user_id)
);

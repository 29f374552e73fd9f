create table messages (room, user_name, text, created_at);

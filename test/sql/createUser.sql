insert into "users" ("id", "name", "name_key", "token_hash", "created_at", "protected", "subject", "login_name", "avatar", "site_role", "approved_at", "banned_until")
select null, ?, ?, ?, ?, ?, null, null, null, null, null, ?
where not (exists (
    select 1
    from users as other
    where other.name_key = ? and true) or exists (
    select 1
    from sanctions indexed by sanctions_banned_name
    left join rooms on rooms.id = sanctions.room_id
    where kind = 'ban' and sanctions.name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and true) or exists (
    select 1
    from sanctions indexed by sanctions_last_name
    left join rooms on rooms.id = sanctions.room_id
    where last_name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and true))
returning "id", "name", "avatar", "protected", "site_role", "created_at";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, author_id, ?, auth.now
from (
  select auth.*, min(held.author_id) as author_id
  from ( … as above ) as auth
  join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000 and (auth.role in ('admin', 'siteModerator', 'owner', 'moderator') or held.author_id = auth.user_id)
  join users on users.id = held.author_id and held.id = ?) as auth
where refusal is null and author_id is not user_id;

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from held, json_each(held.files)
  where created_at in (
    select held.created_at
    from ( … as above ) as auth
    join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000 and (auth.role in ('admin', 'siteModerator', 'owner', 'moderator') or held.author_id = auth.user_id)
    join users on users.id = held.author_id and held.id = ?
    where refusal is null) and held.files is not null) and state = 'used'
returning "id";

update "held"
set "text" = ?, "mentioned" = ?, "refused_at" = ?, "files" = ?
where created_at in (
  select held.created_at
  from ( … as above ) as auth
  join held on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000 and (auth.role in ('admin', 'siteModerator', 'owner', 'moderator') or held.author_id = auth.user_id)
  join users on users.id = held.author_id and held.id = ?
  where refusal is null)
returning "id", "author_id";

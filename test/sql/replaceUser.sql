select coalesce(case
  when users.token_hash = ? or exists (
    select 1
    from users as holder
    where holder.token_hash = ? and (holder.site_role = 'admin')) then null
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
    from site', null)) as "refusal"
from "users"
where "users"."id" = ?;

select "room_key"
from "listeners"
where user_id = (
  select id
  from users
  where ("users"."id" = ? and coalesce(case
      when users.token_hash = ? or exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
        from site', null)) is null))
limit ?;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, users.id, ?, auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
join users on users.id = ?
where ("users"."id" = ? and coalesce(case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
      from site', null)) is null) and not (exists (
    select 1
    from users as other
    where other.name_key = ? and other.id <> ?) or exists (
    select 1
    from sanctions indexed by sanctions_banned_name
    left join rooms on rooms.id = sanctions.room_id
    where kind = 'ban' and sanctions.name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?) or exists (
    select 1
    from sanctions indexed by sanctions_last_name
    left join rooms on rooms.id = sanctions.room_id
    where last_name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?)) and not users.token_hash = ? and (false or users.name <> ?);

insert into "versions" ("subject", "version")
select 'names', lower(hex(randomblob(8)))
where exists (
  select 1
  from users
  where (("users"."id" = ? and coalesce(case
        when users.token_hash = ? or exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
            select 1
            from users as holder
            where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
          from site', null)) is null) and not (exists (
        select 1
        from users as other
        where other.name_key = ? and other.id <> ?) or exists (
        select 1
        from sanctions indexed by sanctions_banned_name
        left join rooms on rooms.id = sanctions.room_id
        where kind = 'ban' and sanctions.name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?) or exists (
        select 1
        from sanctions indexed by sanctions_last_name
        left join rooms on rooms.id = sanctions.room_id
        where last_name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?))) and (false or users.name <> ?))
on conflict("versions"."subject") do update
set "version" = excluded.version;

update "users"
set "name" = ?, "name_key" = ?
where (("users"."id" = ? and coalesce(case
      when users.token_hash = ? or exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
        from site', null)) is null) and not (exists (
      select 1
      from users as other
      where other.name_key = ? and other.id <> ?) or exists (
      select 1
      from sanctions indexed by sanctions_banned_name
      left join rooms on rooms.id = sanctions.room_id
      where kind = 'ban' and sanctions.name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?) or exists (
      select 1
      from sanctions indexed by sanctions_last_name
      left join rooms on rooms.id = sanctions.room_id
      where last_name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?)))
returning "id", "name", "avatar", "protected", "site_role", "created_at";

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, users.id, ?, auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
join users on users.id = ?
where ("users"."id" = ? and coalesce(case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
      from site', null)) is null) and not (exists (
    select 1
    from users as other
    where other.name_key = ? and other.id <> ?) or exists (
    select 1
    from sanctions indexed by sanctions_banned_name
    left join rooms on rooms.id = sanctions.room_id
    where kind = 'ban' and sanctions.name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?) or exists (
    select 1
    from sanctions indexed by sanctions_last_name
    left join rooms on rooms.id = sanctions.room_id
    where last_name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?)) and not users.token_hash = ? and (false or users.name <> ? or users.protected is not ?);

update "users"
set "name" = ?, "name_key" = ?, "protected" = ?
where (("users"."id" = ? and coalesce(case
      when users.token_hash = ? or exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'not you' else 'invalid token' end, iif(banned_until > ? and site_role is null and not exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'admin')), 'banned
        from site', null)) is null) and not (exists (
      select 1
      from users as other
      where other.name_key = ? and other.id <> ?) or exists (
      select 1
      from sanctions indexed by sanctions_banned_name
      left join rooms on rooms.id = sanctions.room_id
      where kind = 'ban' and sanctions.name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?) or exists (
      select 1
      from sanctions indexed by sanctions_last_name
      left join rooms on rooms.id = sanctions.room_id
      where last_name_key = ? and (rooms.id is not null or room_id = 0) and (until is null or until > ?) and sanctions.user_id <> ?)))
returning "id", "name", "avatar", "protected", "site_role", "created_at";

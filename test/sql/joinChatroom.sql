insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select r.id, 1 + ifnull((
    select max(ordinal)
    from members as m
    where m.room_id = r.id), 0), u.id, ?, ?, null, ?
from rooms r
join users u on u.token_hash = ?
left join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not ((u.site_role is null)*u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
    select 1
    from (
      select *
      from sanctions
      where room_id = r.id and user_id = u.id
      union all
      select *
      from sanctions indexed by sanctions_name
      where room_id = r.id and name_key = u.name_key
      union all
      select *
      from sanctions indexed by sanctions_subject
      where room_id = r.id and subject = u.subject)
    where kind = 'ban' and ifnull(until > ?, 1)) or archived and ordinal is null or not (iif(owner_id = u.id and u.site_role is not 'admin', 'owner', coalesce(u.site_role, m.role, 'guest')) not in ('guest') or readers || posters in ('anyoneanyone'))) and ordinal is null
returning "ordinal";

select r.id as "id", r.name as "room_name", u.name as "user_name", avatar, iif(owner_id is u.id, 'owner', role) as "shown_role", joined_at
from rooms r
join users u on u.token_hash = ?
join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not (u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
    select 1
    from (
      select *
      from sanctions
      where room_id = r.id and user_id = u.id
      union all
      select *
      from sanctions indexed by sanctions_name
      where room_id = r.id and name_key = u.name_key
      union all
      select *
      from sanctions indexed by sanctions_subject
      where room_id = r.id and subject = u.subject)
    where kind = 'ban' and ifnull(until > ?, 1)) or archived and ordinal is null);

insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select r.id, 1 + ifnull((
    select max(ordinal)
    from members as m
    where m.room_id = r.id), 0), u.id, ?, ?, null, ?
from rooms r
join users u on u.token_hash = ?
left join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not (u.name_key <> ? or (u.site_role is null)*u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
    select 1
    from (
      select *
      from sanctions
      where room_id = r.id and user_id = u.id
      union all
      select *
      from sanctions indexed by sanctions_name
      where room_id = r.id and name_key = u.name_key
      union all
      select *
      from sanctions indexed by sanctions_subject
      where room_id = r.id and subject = u.subject)
    where kind = 'ban' and ifnull(until > ?, 1)) or archived and ordinal is null or not (iif(owner_id = u.id and u.site_role is not 'admin', 'owner', coalesce(u.site_role, m.role, 'guest')) not in ('guest') or readers || posters in ('anyoneanyone'))) and ordinal is null
returning "ordinal";

select r.id as "id", r.name as "room_name", u.name as "user_name", avatar, iif(owner_id is u.id, 'owner', role) as "shown_role", joined_at
from rooms r
join users u on u.token_hash = ?
join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not (u.name_key <> ? or u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
    select 1
    from (
      select *
      from sanctions
      where room_id = r.id and user_id = u.id
      union all
      select *
      from sanctions indexed by sanctions_name
      where room_id = r.id and name_key = u.name_key
      union all
      select *
      from sanctions indexed by sanctions_subject
      where room_id = r.id and subject = u.subject)
    where kind = 'ban' and ifnull(until > ?, 1)) or archived and ordinal is null);

// Notes of who took and finished what, written by the database itself through triggers of our own schema: a record that
// the portal cannot embellish. What a transaction takes back, its notes go with.

const schema = `
create schema if not exists faults;
create table if not exists faults.lease_log (
  n bigserial primary key, at timestamptz not null, who text not null, guid text not null,
  attempts_before int not null, attempts int not null, due_before timestamptz, due timestamptz,
  state_before text not null, state text not null);
create table if not exists faults.run_log (
  n bigserial primary key, at timestamptz not null, who text not null, location uuid not null,
  run_before int not null, run int not null, state_before text not null, state text not null);

create or replace function faults.note_lease() returns trigger language plpgsql security definer as $$
begin
  insert into faults.lease_log (at, who, guid, attempts_before, attempts, due_before, due, state_before, state)
  values (clock_timestamp(), current_setting('application_name'), new.guid, old.attempts, new.attempts,
    old.next_try_at, new.next_try_at, old.state, new.state);
  return null;
end $$;

create or replace function faults.note_run() returns trigger language plpgsql security definer as $$
begin
  insert into faults.run_log (at, who, location, run_before, run, state_before, state)
  values (clock_timestamp(), current_setting('application_name'), new.id, old.run, new.run, old.state, new.state);
  return null;
end $$;

create or replace function faults.refuse_poison() returns trigger language plpgsql as $$
begin
  if new.number between 666000000 and 666999999 then
    if tg_argv[0] = 'deadly' then perform pg_sleep(3); end if;
    raise exception 'poisoned by the fault run';
  end if;
  return new;
end $$;

drop trigger if exists faults_lease on webhook_deliveries;
create trigger faults_lease after update on webhook_deliveries for each row execute function faults.note_lease();
drop trigger if exists faults_run on locations;
create trigger faults_run after update on locations for each row execute function faults.note_run();
grant usage on schema faults to public;
`;

export const watch = (sql) => sql.unsafe(schema);

/** From now on a deployment with a poisoned number cannot be written; "deadly" leaves three seconds to kill the writer. */
export const armPoison = (sql, way = "plain") =>
  sql.unsafe(`create trigger faults_poison before insert or update on deployments
    for each row execute function faults.refuse_poison('${way}')`);

export const disarmPoison = (sql) => sql.unsafe("drop trigger if exists faults_poison on deployments");

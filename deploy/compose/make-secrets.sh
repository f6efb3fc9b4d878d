#!/bin/sh
# Generates the database's password and the portal's key once: make-secrets.sh FOLDER. What is there stays as it is, so that
# it may run at every start. FOLDER/postgres/password is for PostgreSQL, FOLDER/portal/environment for web and worker.
set -eu
umask 077
folder=$1
database=${2:-postgres:5432}

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# Written beside and then renamed: a container that is stopped in between leaves nothing half.
if [ ! -s "$folder/postgres/password" ]; then
  if [ -s "$folder/portal/environment" ]; then
    echo "There is $folder/portal/environment but no $folder/postgres/password: put the volume of the latter back" >&2
    exit 1
  fi
  random 32 >"$folder/postgres/password.new"
  mv "$folder/postgres/password.new" "$folder/postgres/password"
fi
if [ ! -s "$folder/portal/environment" ]; then
  {
    printf 'export MILEPOST_SECRET_KEY=%s\n' "$(random 32)"
    printf 'export DATABASE_URL=postgres://milepost:%s@%s/milepost\n' "$(cat "$folder/postgres/password")" "$database"
  } >"$folder/portal/environment.new"
  mv "$folder/portal/environment.new" "$folder/portal/environment"
fi

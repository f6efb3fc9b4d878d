# Web, worker and migration step are one image: `serve web`, `serve worker`, `migrate`. PostgreSQL is a server of its own.
# Built and run as docs/running.md says.
FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN node server/start/bundle.mjs --folder /milepost --without-node --without-postgres

FROM node:24-bookworm-slim
# Folders for volumes, which take over their owner: /data for what a portal keeps beside its database (backups, the setup
# token), /secrets for what compose.yaml generates.
RUN install -d -o 10001 -g 10001 -m 0700 /data /secrets/portal \
  && install -d -o 10001 -g 10001 -m 0755 /secrets /secrets/postgres
COPY --from=build /milepost /opt/milepost
ENV HOST=0.0.0.0 PORT=3000 MILEPOST_DATA_DIR=/data MILEPOST_DEMO=0
WORKDIR /opt/milepost
# Nothing under /opt/milepost is written while it runs: the root file system may be read-only.
USER 10001:10001
EXPOSE 3000 9464 9465
STOPSIGNAL SIGTERM
# The worker has one of its own in compose.yaml and in the chart.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["/opt/milepost/milepost", "health", "web"]
ENTRYPOINT ["/opt/milepost/milepost"]
CMD ["serve", "web"]

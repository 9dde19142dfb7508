# The images of Tend, by target: `services` (all four, and the commands that prepare database and topics), `ui`, and
# `sidecar` (Dapr's programs with what a container needs around them).
ARG NODE_IMAGE=node:26.10.0-bookworm-slim
ARG DAPRD_IMAGE=daprio/daprd:1.18.3
ARG SENTRY_IMAGE=daprio/sentry:1.18.3

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json ./
COPY frontend/package.json frontend/
COPY backend/package.json backend/
COPY notification-service/package.json notification-service/
COPY recurring-task-service/package.json recurring-task-service/
COPY audit-service/package.json audit-service/
COPY packages/contracts/package.json packages/contracts/
COPY packages/recurrence/package.json packages/recurrence/
COPY packages/service-kit/package.json packages/service-kit/
COPY packages/embedded-dapr/package.json packages/embedded-dapr/
# A new command is no reason to install again: the next stage sees only what decides about packages.
RUN node -e 'const p = JSON.parse(fs.readFileSync("package.json")); delete p.scripts; fs.writeFileSync("package.json", JSON.stringify(p))'

FROM ${NODE_IMAGE} AS all-packages
WORKDIR /app
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

FROM all-packages AS service-packages
COPY docker/keep-needed.mjs docker/
RUN node docker/keep-needed.mjs packages/embedded-dapr backend notification-service recurring-task-service audit-service && rm -rf docker node_modules/.bin

FROM all-packages AS database-client
COPY backend/prisma backend/prisma
# Generating needs no engine, but without one named it would download one.
RUN cd backend && PRISMA_SCHEMA_ENGINE_BINARY=/bin/true CHECKPOINT_DISABLE=1 npx prisma generate --schema=prisma/schema.prisma

FROM all-packages AS ui-build
COPY tsconfig.base.json ./
COPY packages/contracts packages/contracts
COPY frontend frontend
RUN cd frontend && TEND_STANDALONE=1 NEXT_TELEMETRY_DISABLED=1 npx next build

FROM ${NODE_IMAGE} AS services
ENV NODE_ENV=production
WORKDIR /app
COPY --from=service-packages /app ./
COPY packages packages
COPY backend backend
COPY notification-service notification-service
COPY recurring-task-service recurring-task-service
COPY audit-service audit-service
COPY tools tools
COPY docker/health-check.mjs docker/
COPY --from=database-client /app/backend/src/generated backend/src/generated
# Owner of the volume that is mounted there in development.
RUN install -d -o node -g node /run/secrets
USER node
HEALTHCHECK --interval=30s --timeout=20s --start-period=300s --start-interval=5s CMD ["node", "docker/health-check.mjs"]
CMD ["node", "backend/src/main.ts"]

FROM ${NODE_IMAGE} AS ui
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000 HEALTH_PATH=/healthz
WORKDIR /app
COPY --from=ui-build /app/frontend/.next/standalone ./
COPY --from=ui-build /app/frontend/.next/static frontend/.next/static
COPY docker/health-check.mjs docker/
USER node
HEALTHCHECK --interval=30s --timeout=20s --start-period=300s --start-interval=5s CMD ["node", "docker/health-check.mjs"]
CMD ["node", "frontend/server.js"]

FROM ${DAPRD_IMAGE} AS daprd
FROM ${SENTRY_IMAGE} AS sentry

FROM ${NODE_IMAGE} AS sidecar
COPY --from=daprd /daprd /usr/local/bin/
COPY --from=sentry /sentry /usr/local/bin/
COPY --chmod=755 docker/sidecar/ /usr/local/bin/
RUN install -d -o node -g node -m 700 /authority && install -d -o node -g node /trust
USER node
HEALTHCHECK --interval=30s --timeout=20s --start-period=300s --start-interval=5s CMD ["check-sidecar"]
CMD ["start-daprd"]

# One image for all services. Which one a container runs is its only argument: `docker run firmbridge apps/auth/dist/main.js`.

FROM node:24-slim AS manifests
WORKDIR /workspace
COPY . .
# Only what npm reads, so that the installation below is repeated when one of these changes and not for every line of source.
RUN mkdir /manifests && cp --parents package.json package-lock.json apps/*/package.json libs/*/package.json examples/*/package.json /manifests

FROM node:24-slim AS build
WORKDIR /firmbridge
COPY --from=manifests /manifests ./
# With the optional packages: the compilers are native binaries that come as such. No package may run a script here.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build \
  && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && rm -rf apps/*/src apps/*/test libs/*/src libs/*/test

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /firmbridge
COPY --from=build /firmbridge/package.json ./
COPY --from=build /firmbridge/node_modules ./node_modules
COPY --from=build /firmbridge/libs ./libs
COPY --from=build /firmbridge/apps ./apps
# The only place a container may want to keep something: the sandbox's state, in a volume.
RUN install --directory --owner=1000 --group=1000 /data
# By number, because Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
# Node is process 1: it gets SIGTERM itself, and its exit status is the container's.
ENTRYPOINT ["node"]
CMD ["-e", "console.error('Name a service: apps/auth/dist/main.js, for example.'); process.exit(1)"]

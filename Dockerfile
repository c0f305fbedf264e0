# Issuer, coordinator and node are one program: this image is all of them, and the compose file says which.
FROM node:24-bookworm-slim

WORKDIR /cordon
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
COPY shared/package.json shared/
COPY policies/package.json policies/
COPY node/package.json node/
COPY coordinator/package.json coordinator/
COPY cli/package.json cli/
COPY test/package.json test/
# Node itself is the image's; without development dependencies nothing downloads another.
RUN npx --yes pnpm@12 install --prod --frozen-lockfile --filter '!@cordon/test' \
	&& rm -rf /root/.cache /root/.npm /root/.local /tmp/*
COPY . .
RUN printf '#!/bin/sh\nexec node --disable-warning=ExperimentalWarning /cordon/cli/src/main.ts "$@"\n' >/usr/local/bin/cordon \
	&& chmod 755 /usr/local/bin/cordon

# A new volume takes owner and mode of the folder that it is first mounted over. PostgreSQL's user is 999 in its image:
# its group reads what is made for it, and its own folders are its alone.
ARG HOSPITALS="north south east west"
RUN set -eu; \
	mkdir -p /network/sample /network/coordinator /network/issuer /network/people; \
	for hospital in $HOSPITALS; do mkdir -p /network/sample/$hospital /network/hospitals/$hospital; done; \
	for party in coordinator $HOSPITALS; do \
		mkdir -p /network/servers/$party-postgres /network/servers/$party-openfga /network/data/$party-postgres; \
	done; \
	chown -R 1000:1000 /network; \
	chmod -R go= /network; \
	chmod 711 /network /network/servers /network/data; \
	for party in coordinator $HOSPITALS; do \
		chown 1000:999 /network/servers/$party-postgres; \
		chmod 2750 /network/servers/$party-postgres; \
		chown 999:999 /network/data/$party-postgres; \
	done

USER node
ENV NODE_ENV=production NO_COLOR=1
ENTRYPOINT ["cordon"]
CMD ["--help"]

# syntax=docker/dockerfile:1

# Builds for the architecture it runs on: amd64 and arm64 alike.
FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /build

# Dependencies in a layer of their own: it is built anew only when they change.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src benches examples seed-data \
    && echo 'fn main() {}' | tee src/main.rs benches/emulator.rs examples/bare.rs > src/lib.rs \
    && cargo build --release --locked \
    && rm -r src benches examples seed-data

COPY src src
COPY benches benches
COPY examples examples
COPY seed-data seed-data
COPY assets assets
COPY scenarios scenarios
# The placeholders above are newer than the sources: touched, the sources are newer again.
RUN touch src/lib.rs src/main.rs && cargo build --release --locked --bin wardian

# The default world, so that a container starts without growing it.
RUN target/release/wardian world build --world-cache /var/cache/wardian


FROM debian:12.11-slim
LABEL org.opencontainers.image.title="wardian" \
      org.opencontainers.image.description="A self-hosted emulator of the web APIs that biodiversity software is built on" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /build/target/release/wardian /usr/local/bin/wardian
COPY --from=build /var/cache/wardian /var/cache/wardian
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/wardian/
ENV WARDIAN_WORLD_CACHE=/var/cache/wardian
USER 65534:65534
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=2s --retries=3 CMD ["wardian", "healthcheck"]
ENTRYPOINT ["wardian"]
CMD ["serve", "--host", "0.0.0.0"]

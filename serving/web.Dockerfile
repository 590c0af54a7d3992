# The page and its API, without a model and without TensorFlow: docker build -f serving/web.Dockerfile .
FROM node:22-slim AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY webapp/static ./webapp/static
RUN npm run build

FROM python:3.13-slim AS packages
COPY requirements/web.txt /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /web.txt

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home inkdigits
COPY --from=packages /venv /venv
WORKDIR /app
COPY digits ./digits
COPY serving/*.py ./serving/
COPY webapp/*.py ./webapp/
COPY webapp/templates ./webapp/templates
COPY --from=page /app/webapp/static/dist ./webapp/static/dist
# for the user below, under whatever umask it was all cloned
RUN /venv/bin/python -m compileall -q . && chmod -R a+rX .
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["/venv/bin/python", "-c", "import urllib.request as u; \
    u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8080/healthz', timeout=2)"]
# exec form, so that SIGTERM reaches the server, which then finishes what it has begun
CMD ["/venv/bin/python", "-m", "webapp", "--port", "8080"]

from serving.metrics import BOUNDS, Metrics


def test_nothing_is_counted_before_it_happens():
    assert "{" not in Metrics().text()


def test_buckets_hold_all_answers_that_were_as_fast_or_faster():
    metrics = Metrics()
    for microseconds in (50, 100, 150, 5_000_000):
        metrics.count("digits", "GRPC", "OK", microseconds / 1e6)
    metrics.count("digits", "GRPC", "NOT_FOUND", 1e-5)
    metrics.count("digits", "REST", "OK", 1e-3)
    lines = dict(line.rsplit(" ", 1) for line in metrics.text().splitlines() if not line.startswith("#"))
    labels = 'model_name="digits",API="Predict",entrypoint="GRPC"'
    name = ":tensorflow:serving:request_latency"
    assert lines[f'{name}_bucket{{{labels},le="100"}}'] == "2"
    assert lines[f'{name}_bucket{{{labels},le="{BOUNDS[-1]}"}}'] == "3"
    assert lines[f'{name}_bucket{{{labels},le="+Inf"}}'] == lines[f"{name}_count{{{labels}}}"] == "4"
    assert lines[f"{name}_sum{{{labels}}}"] == "5000300"
    assert lines[':tensorflow:serving:request_count{model_name="digits",status="OK"}'] == "5"

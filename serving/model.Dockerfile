# TensorFlow Serving with the model inside: docker build -f serving/model.Dockerfile .
FROM tensorflow/serving:2.20.0
COPY serving/tensorflow /config
COPY serving/models /models
# for the user below, under whatever umask it was all cloned
RUN chmod -R a+rX /config /models
USER 10001
EXPOSE 8500 8501
ENTRYPOINT ["tensorflow_model_server"]
CMD ["--port=8500", "--rest_api_port=8501", "--model_config_file=/config/models.config", \
     "--monitoring_config_file=/config/monitoring.config", \
     "--enable_batching=true", "--batching_parameters_file=/config/batching.config", \
     "--file_system_poll_wait_seconds=1", "--model_config_file_poll_wait_seconds=1", \
     "--allow_version_labels_for_unavailable_models=true", "--grpc_channel_arguments=grpc.max_connection_age_ms=10000"]

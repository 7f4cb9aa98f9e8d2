"""gunicorn's settings: `gunicorn --config python:course.http.gunicorn_config wsgi:app`.

What is said on the command line goes before what is said here.
"""

import resource

worker_class = "course.http.request_buffering.BufferingWorker"
workers = 2
threads = 4

# Each of the workers gets its share of the connections.
reuse_port = True

# A worker's connections, and some room for files and its database.
worker_connections = min(1000, max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 40))

# No header of a client's says where the application is mounted.
forwarder_headers = ""

# It would be a way in that nobody needs: systemd tells the server to stop, or to begin anew.
control_socket_disable = True

limit_request_line = 2048
limit_request_fields = 64
limit_request_field_size = 8190

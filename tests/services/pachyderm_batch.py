"""Run in the environment of Pachyderm's client: a worker's side of datum batching.

    python tests/services/pachyderm_batch.py DATUMS COMMAND...

Starts the command with the environment of a worker, hands it so many datums one after the other,
and ends it when it asks for more. Prints as JSON the error that came with each call, or "".
"""

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from pachyderm_sdk.api.worker import NextDatumRequest, NextDatumResponse


def main() -> None:
    """Serve `NextDatum` on loopback until the datums are done or the command ends by itself."""
    datums, command = int(sys.argv[1]), sys.argv[2:]
    said: list[str] = []
    done, ended = threading.Event(), threading.Event()

    def next_datum(request: NextDatumRequest, _: grpc.ServicerContext) -> NextDatumResponse:
        said.append(request.error)
        if len(said) > datums:
            done.set()
            ended.wait()  # nothing is left: no answer, the process is ended
        return NextDatumResponse(env=[f"PACH_DATUM_ID={len(said)}"])

    method = grpc.unary_unary_rpc_method_handler(
        next_datum, NextDatumRequest.FromString, NextDatumResponse.SerializeToString
    )
    server = grpc.server(ThreadPoolExecutor(2))
    handler = grpc.method_handlers_generic_handler("pachyderm.worker.Worker", {"NextDatum": method})
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    environment = {**os.environ, "PPS_WORKER_GRPC_PORT": str(port)}
    with subprocess.Popen(command, env=environment, stdout=sys.stderr) as process:
        while not done.wait(0.1) and process.poll() is None:
            pass
        by_itself = process.poll()
        process.terminate()
    ended.set()
    server.stop(None)
    sys.stdout.write(json.dumps({"said": said, "ended_by_itself": by_itself}))


if __name__ == "__main__":
    main()

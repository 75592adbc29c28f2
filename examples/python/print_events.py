#!/usr/bin/env python3
"""Prints the entity events of a running platform: print_events.py [PATTERN], for example entity.matter.*"""
import json
import os
import sys

import pika  # apt-get install python3-pika, or pip install pika

url = os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672")
exchange = os.environ.get("AMQP_NAMESPACE", "firmbridge") + ".entities"
pattern = sys.argv[1] if len(sys.argv) > 1 else "entity.#"


def show(channel, method, properties, body):
    event = json.loads(body)  # CloudEvents 1.0; the schema of each type is in docs/events/asyncapi.yaml
    state = event["data"]["state"]
    name = state.get("name") or state.get("number") or state.get("description") or ""
    print(event["time"], method.routing_key, event["entityversion"], event["tenantid"], name, flush=True)
    channel.basic_ack(method.delivery_tag)


connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.exchange_declare(exchange, passive=True)  # the platform's own: it must be there
queue = channel.queue_declare("", exclusive=True).method.queue  # ours: it goes when this program ends
channel.queue_bind(queue, exchange, pattern)
channel.basic_qos(prefetch_count=50)
channel.basic_consume(queue, show)
print(f"Waiting for {pattern} of {exchange}; press Ctrl-C to stop.", flush=True)
try:
    channel.start_consuming()
except KeyboardInterrupt:
    connection.close()

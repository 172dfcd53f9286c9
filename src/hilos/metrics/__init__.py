"""Metrics: the catalogue, and how it is exported.  The only package that imports prometheus_client."""

from hilos.metrics.catalog import CATALOG, Metric, Type, exported_by, metric
from hilos.metrics.exporter import Exporter, Metrics, exposition, port_error
from hilos.metrics.listening import holder_of

__all__ = [
    "CATALOG",
    "Exporter",
    "Metric",
    "Metrics",
    "Type",
    "exported_by",
    "exposition",
    "holder_of",
    "metric",
    "port_error",
]

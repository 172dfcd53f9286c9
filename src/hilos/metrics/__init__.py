"""Metrics: the catalogue, and how it is exported.  The only package that imports prometheus_client."""

from hilos.metrics.catalog import CATALOG, Metric, Type, exported_by, metric
from hilos.metrics.exporter import Exporter, Metrics, exposition, port_error

__all__ = ["CATALOG", "Exporter", "Metric", "Metrics", "Type", "exported_by", "exposition", "metric", "port_error"]

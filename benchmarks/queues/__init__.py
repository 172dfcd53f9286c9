"""Job queues side by side: each as one `System` of systems.py, all doing the jobs of work.py."""

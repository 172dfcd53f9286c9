"""What tests share: real components or a reason, deadlines, free ports, lessons loaded by path."""

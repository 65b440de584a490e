"""The bench: how many real events ring in time, at how many false alarms a camera-hour."""

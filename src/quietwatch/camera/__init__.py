"""What can be set for each camera: shapes in its picture, when it is armed, and where that stands.

Settings stand in layers: what is built in, the defaults of the tenant, a profile for a kind of
place, the camera's own file (`layers`). Each is a file of YAML or JSON (`document`).
"""

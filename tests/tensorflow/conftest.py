"""These tests need TensorFlow (the extra `train`, 1.5 GB), so they run only when named:

python -m pytest tests/tensorflow/test_savedmodel.py tests/contracts/test_detector.py
"""

collect_ignore = ["test_savedmodel.py"]

import unittest

from handler import handler, work


class Worker(unittest.TestCase):
    def test_a_number_is_squared(self):
        self.assertEqual(work({"number": 3}), {"squared": 9})

    def test_only_what_failed_comes_back(self):
        batch = {"Records": [{"messageId": "a", "body": "no number"}]}
        self.assertEqual(handler(batch, None), {"batchItemFailures": [{"itemIdentifier": "a"}]})

import json
import unittest

from handler import ship
from orders import Refused


def record(name, body):
    return {"messageId": name, "body": body if isinstance(body, str) else json.dumps(body)}


class ShipTest(unittest.TestCase):
    def test_each_order_is_shipped(self):
        shipped = []
        answer = ship([record("m1", {"id": "o1"}), record("m2", {"id": "o2"})], shipped.append)

        self.assertEqual(["o1", "o2"], shipped)
        self.assertEqual({"batchItemFailures": []}, answer)

    def test_a_message_that_is_no_order_comes_back_alone(self):
        shipped = []
        answer = ship([record("m1", "{"), record("m2", {}), record("m3", {"id": "o3"})], shipped.append)

        self.assertEqual(["o3"], shipped)
        self.assertEqual({"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}, answer)

    def test_an_order_that_nobody_placed_comes_back_alone(self):
        def mark(id_):
            raise Refused(f"there is no order {id_}")

        answer = ship([record("m1", {"id": "o1"})], mark)

        self.assertEqual({"batchItemFailures": [{"itemIdentifier": "m1"}]}, answer)

    def test_a_mistake_of_the_code_fails_the_batch(self):
        def mark(id_):
            raise RuntimeError("the table is gone")

        with self.assertRaises(RuntimeError):
            ship([record("m1", {"id": "o1"})], mark)


if __name__ == "__main__":
    unittest.main()

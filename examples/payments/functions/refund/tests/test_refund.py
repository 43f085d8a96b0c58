import unittest

from handler import refund


class RefundTest(unittest.TestCase):
    def test_a_refund_is_recorded(self):
        items = []
        answer = refund({"id": "p1", "amount": 250}, items.append)

        self.assertTrue(answer["accepted"])
        self.assertEqual([{"deploymentId": "refund#p1", "amount": 250}], items)

    def test_an_amount_that_is_not_positive_is_refused_and_not_recorded(self):
        items = []
        answer = refund({"id": "p2", "amount": 0}, items.append)

        self.assertFalse(answer["accepted"])
        self.assertEqual([], items)


if __name__ == "__main__":
    unittest.main()

import unittest

from handler import report


class ReportTest(unittest.TestCase):
    def test_a_report_counts_orders_by_status_and_no_older_report(self):
        items = [
            {"status": "PLACED"},
            {"status": "SHIPPED"},
            {"status": "SHIPPED"},
            {"id": "report#2026-05-01"},
        ]

        made = report("2026-05-02T01:00:00Z", items)

        self.assertEqual({"id": "report#2026-05-02", "placed": 1, "shipped": 2}, made)


if __name__ == "__main__":
    unittest.main()
